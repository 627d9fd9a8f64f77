import { examples } from '../examples/list.js';
for (const e of examples) console.log(e.path, e.data.startsWith('strokes') ? 'strokes:count=200' : e.data.replace(/count=\d+/, 'count=200'));
