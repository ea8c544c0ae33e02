import { describe, expect, it } from '@jest/globals';
import { sharedSecrets } from './shared-secrets.rules.js';

const has = (parentSystemId: string, text: string): { parentSystemId: string; text: string } => ({
  parentSystemId,
  text,
});

describe('the secrets that are shared', () => {
  it('are those of several parent systems, each with all of them', () => {
    const secrets = [has('A', 'one'), has('B', 'two'), has('C', 'one'), has('D', 'three'), has('B', 'one')];
    expect([...sharedSecrets(secrets)]).toEqual([['one', ['A', 'C', 'B']]]);
  });

  it('are none where one parent system has the same twice, or none has any', () => {
    expect(sharedSecrets([has('A', 'one'), has('A', 'one'), has('B', 'two')]).size).toBe(0);
    expect(sharedSecrets([]).size).toBe(0);
  });

  it('differ in case and by any character', () => {
    expect(sharedSecrets([has('A', 'one'), has('B', 'One'), has('C', 'one '), has('D', 'on')]).size).toBe(0);
  });

  it('may have any name that objects have', () => {
    expect([...sharedSecrets([has('A', '__proto__'), has('B', '__proto__')]).keys()]).toEqual(['__proto__']);
  });
});
