// The pipe between the driver and a peer: see lines.py.

import { createInterface } from 'node:readline';

export const asItComes = process.argv.includes('--as-it-comes');

/** Answers until the questions end. `verify` takes x, y, kid and data, and returns, or throws whatever it likes. */
export async function answer(verify) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [number, ...parts] = line.split(' ');
    let verdict = 'yes';
    try {
      await verify(...parts.map((part) => Buffer.from(part, 'hex')));
    } catch (error) {
      verdict = `no ${error?.name}: ${error?.message}`.replaceAll(/[^ -~]/g, ' ').slice(0, 200);
    }
    process.stdout.write(`${number} ${verdict}\n`);
  }
}
