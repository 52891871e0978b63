// npm `@auth0/cose` as a verifier of one COSE_Sign1. It does not know ESP256; its table of names, a file that it does not export, can be taught.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer, asItComes } from './lines.mjs';

const { COSEKey, Sign1 } = await import('@auth0/cose');

if (!asItComes) {
  const root = dirname(createRequire(import.meta.url).resolve('@auth0/cose/package.json'));
  const { AlgorithmNames } = await import(pathToFileURL(join(root, 'dist/node/esm/headers.js')));
  AlgorithmNames.set(-9, 'ES256');
}

await answer(async (x, y, _kid, data) => {
  const key = COSEKey.fromJWK({ kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') });
  await Sign1.decode(data).verify(await key.toKeyLike());
});
