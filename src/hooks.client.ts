// Before anything is rendered: the messages follow the language of the address.
import '#lib/platform/i18n/path-language.ts';
