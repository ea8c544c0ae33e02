import { describe, expect, it } from '@jest/globals';
import { originFormOf } from './request-target.rules.js';

describe('the target of a request', () => {
  it.each([
    ['/a/b?c=d', '/a/b?c=d', 'header'],
    ['//a', '//a', 'header'],
    ['/a?b#c', '/a?b#c', 'header'],
    ['http://oas/a/b?c=http://d', '/a/b?c=http://d', 'oas'],
    ['HTTPS://oas:3000/a', '/a', 'oas:3000'],
    ['http://[::1]:80/a', '/a', '[::1]:80'],
    ['http://oas', '/', 'oas'],
    ['http://oas?a=/', '/?a=/', 'oas'],
    ['*', '/*', 'header'],
    ['http://', '/http%3A%2F%2F', 'header'],
    ['http://[', '/http%3A%2F%2F%5B', 'header'],
    ['http:///a', '/http%3A%2F%2F%2Fa', 'header'],
    ['http://oas/a#b', '/http%3A%2F%2Foas%2Fa%23b', 'header'],
    ['/a#b?c', '/%2Fa%23b%3Fc', 'header'],
    ['ftp://oas/a', '/ftp%3A%2F%2Foas%2Fa', 'header'],
    ['oas:443', '/oas%3A443', 'header'],
    ['', '/', 'header'],
  ])('%p is %p, for the host of %p', (url, target, host) => {
    const headers = { host: 'header' };
    expect([originFormOf({ url, headers }), headers.host]).toEqual([target, host]);
  });
});
