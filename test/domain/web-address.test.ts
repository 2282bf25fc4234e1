import { describe, expect, it } from 'vitest';
import { isConfidential, isHostAlone } from '../../lib/domain/web-address.ts';

describe('an address', () => {
  it.each([
    ['https://assay.bank.example', true],
    ['http://localhost:4580', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:80/', true],
    ['http://assay.bank.example', false],
    ['http://localhost.evil.example', false],
    ['ftp://localhost', false],
    ['assay', false],
  ])('%s is confidential: %s', (address, expected) => {
    expect(isConfidential(address)).toBe(expected);
  });

  it.each([
    ['https://assay.bank.example', true],
    ['https://assay.bank.example:8443/', true],
    ['https://assay.bank.example/assay', false],
    ['https://assay.bank.example?a=b', false],
    ['https://user:password@assay.bank.example', false],
    ['mailto:a@b', false],
    ['assay', false],
  ])('%s is a host alone: %s', (address, expected) => {
    expect(isHostAlone(address)).toBe(expected);
  });
});
