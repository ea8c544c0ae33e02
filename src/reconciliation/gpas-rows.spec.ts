import { describe, expect, it } from '@jest/globals';
import { parseFigures } from './gpas-file.js';
import { FiguresError } from './gpas-rows.js';

describe('what holds no figures', () => {
  it.each<['csv' | 'json', string, RegExp]>([
    ['csv', '', /is empty: expected .*date,game_id,currency/],
    ['csv', '\uFEFF\r\n \r\n', /is empty/],
    ['csv', '{}', /line 1 is "\{\}": expected .*date,game_id,currency/],
    ['csv', 'null', /line 1 is "null"/],
    ['csv', '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n', /line 1 is "<!DOCTYPE html>"/],
    ['csv', '{"status":"fail"}', /line 1 is "\{"status":"fail"\}": expected/],
    ['csv', 'date,game_id,currency\n', /line 1 .*: expected .*one or more of total_bet/],
    ['csv', 'date,currency,total_bet\n', /line 1 .*: misses game_id/],
    ['csv', 'date,game_id,currency,external_reference\n', /line 1 .*: misses type, value/],
    ['csv', 'date,game_id,currency,total_bet,total_bet\n', /line 1 .*: has total_bet twice/],
    ['json', '', /is empty/],
    ['json', '<html></html>', /is not JSON/],
    ['json', '{}', /found an object without fields: expected a list of rows/],
    ['json', 'null', /found null: expected a list of rows/],
    ['json', '[1]', /row 1 is 1: expected an object/],
    ['json', '{"status":"fail","data":[]}', /its status is "fail": expected "success"/],
    ['json', '{"code":1010,"type":"FORBIDDEN"}', /found an object with code, type: expected a list/],
    ['json', '['.repeat(200_000), /is not JSON/],
  ])('is refused by what was found and what is expected: %s %j', (format, text, words) => {
    expect(() => parseFigures(text, format)).toThrow(FiguresError);
    expect(() => parseFigures(text, format)).toThrow(words);
  });

  it('is none in another encoding, or in half a character', () => {
    const header = 'date,game_id,currency,total_bet\n';
    expect(() => parseFigures(Buffer.from(`\uFEFF${header}`, 'utf16le'), 'csv')).toThrow('is not UTF-8');
    expect(() => parseFigures(Buffer.from([...Buffer.from(header), 0xe9]), 'csv')).toThrow('is not UTF-8');
  });
});
