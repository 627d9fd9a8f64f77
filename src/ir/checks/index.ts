import type { Finding } from '../../diagnostics/finding.js';
import type { Model } from '../model/model.js';
export const checkModel = (_model: Model): readonly Finding[] => [];
