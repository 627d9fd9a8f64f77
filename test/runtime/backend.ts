/** The backend that the runtime's own tests compute with. */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';

export const useCpu = async (): Promise<void> => {
  await setBackend('cpu');
};
