import { expect, test } from 'vitest';
import { addressingFor } from './addressing.ts';

const two = addressingFor({ publicOrigin: 'https://forum.example.org', vaultOrigin: 'https://vault.example.org' }, ['q', 'page']);
const trial = addressingFor({ publicOrigin: 'http://localhost:3000', vaultOrigin: 'http://localhost:3000' }, ['q', 'page']);

test('a made-up Host header never becomes an origin', () => {
	expect(two('/en', 'evil.example').origin).toBe('https://forum.example.org');
	expect(two('/en', '127.0.0.1').origin).toBe('https://forum.example.org');
	expect(trial('/en', 'evil.example').origin).toBe('http://localhost:3000');
	expect(trial('/en', 'localhost:3000@evil.example').origin).toBe('http://localhost:3000');
	expect(two('/en', undefined).origin).toBe('https://forum.example.org');
});

test('the vault and the public record never share a kept answer', () => {
	expect(two('/en', 'vault.example.org')).toEqual({ origin: 'https://vault.example.org', key: 'vault.example.org /en', url: '/en' });
	expect(two('/en', 'forum.example.org')).toEqual({ origin: 'https://forum.example.org', key: '/en', url: '/en' });
});

test('on a trial a form sent from 127.0.0.1 is one of our own', () => {
	expect(trial('/en', '127.0.0.1:3000').origin).toBe('http://127.0.0.1:3000');
	expect(trial('/en', '127.0.0.1:3000').key).not.toBe(trial('/en', 'localhost:3000').key);
});

test('a thousand made-up queries are one page, and a search is another', () => {
	expect(two('/en?x=1&utm_source=2', undefined).key).toBe('/en');
	expect(two('/en/search?page=2&x=1&q=a+b', undefined).key).toBe('/en/search?q=a+b&page=2');
	expect(two('/en/search?q=a%20b&page=2', undefined).key).toBe('/en/search?q=a+b&page=2');
	expect(two('/en/search?q=', undefined).key).toBe('/en/search');
});
