import { describe, expect, it } from '@jest/globals';
import { parametersOf } from './query.rules.js';

describe('the parameters of a query', () => {
  it.each([
    ['walletId=a+b', { walletId: 'a+b' }],
    ['walletId=a%2Bb', { walletId: 'a+b' }],
    ['walletId=a%2bb', { walletId: 'a+b' }],
    ['walletId=a%20b', { walletId: 'a b' }],
    ['walletId=+', { walletId: '+' }],
    ['walletId=++a+', { walletId: '++a+' }],
    ['walletId=a%252Bb', { walletId: 'a%2Bb' }],
    ['from=2026-02-05T00:00:00+03:00', { from: '2026-02-05T00:00:00+03:00' }],
    ['a+b=1', { 'a+b': '1' }],
    ['id=a+b&id=c+d', { id: ['a+b', 'c+d'] }],
    ['id=a%zz+b', { id: 'a%zz+b' }],
    ['', {}],
    [null, {}],
  ])('%s', (query, parameters) => {
    expect({ ...parametersOf(query) }).toEqual(parameters);
  });

  it('leave none out, however many there are', () => {
    const query = `${'a=&'.repeat(1_000)}b=1`;
    expect(parametersOf(query)).toMatchObject({ b: '1' });
  });

  it('have names that no object has from the start', () => {
    expect(parametersOf('__proto__=x')['__proto__']).toBe('x');
    expect(Object.keys(parametersOf(''))).toEqual([]);
  });
});
