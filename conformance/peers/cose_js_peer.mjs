// npm `cose-js` as a verifier of one COSE_Sign1. It does not know ESP256, and its table of algorithms is private: what every table inherits
// can be taught.

import cose from 'cose-js';
import { answer, asItComes } from './lines.mjs';

if (!asItComes) {
  Object.defineProperty(Object.prototype, '-9', { value: { sign: 'ES256', digest: 'SHA-256' } });
}

await answer((x, y, _kid, data) => cose.sign.verifySync(data, { key: { x, y } }));
