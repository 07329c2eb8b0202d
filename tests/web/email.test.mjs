import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameAddress } from '../../web/src/core/email.ts';

test('an address is the same in another case, form and writing of its domain', () => {
  for (const other of ['Ana@BÜCHER.example', 'ana@xn--bcher-kva.example', 'ana@bu\u0308cher.example']) {
    assert.ok(isSameAddress('ana@bücher.example', other), other);
  }
  for (const other of ['ana@bucher.example', 'anna@bücher.example', '', 'ana', 'ana@']) {
    assert.ok(!isSameAddress('ana@bücher.example', other), other);
  }
});
