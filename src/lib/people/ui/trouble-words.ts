import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { Trouble } from '../client/trouble.ts';

/** What happened, in a sentence that says what to do. Words of the server that we do not know are told as one failure. */
const sentences: Readonly<Record<string, () => string>> = {
	'no-link': m.people_trouble_no_link,
	'cut-off': m.people_trouble_cut_off,
	'link-unknown': m.people_trouble_link_unknown,
	'link-used': m.people_trouble_link_used,
	'link-expired': m.people_trouble_link_expired,
	'link-withdrawn': m.people_trouble_link_withdrawn,
	'other-server': m.people_trouble_other_server,
	'already-joined': m.people_trouble_already_joined,
	'name-taken': m.people_trouble_name_taken,
	'no-prf': m.people_trouble_no_prf,
	cancelled: m.people_trouble_cancelled,
	exists: m.people_trouble_exists,
	'passkey-refused': m.people_trouble_passkey_refused,
	unsupported: m.people_way_passkey_none,
	insecure: m.people_way_passkey_none,
	'no-worker': m.people_trouble_no_worker,
	'contacts-unread': m.people_trouble_contacts_unread,
	offline: m.people_trouble_offline,
	'slow-down': m.people_trouble_slow_down,
	'changed-elsewhere': m.people_trouble_changed_elsewhere,
	'last-way': m.people_trouble_last_way,
	locked: m.people_trouble_locked,
	'signed-out': m.people_trouble_locked,
	'too-many': m.people_trouble_many_links
};

export function troubleWords({ reason, failure }: Trouble): string {
	if (reason === 'account-rewound') return m.people_trouble_account_rewound();
	if (reason === 'account-forked') return m.people_trouble_account_forked();
	if (failure === 'foreign-key') return m.people_trouble_foreign_key();
	if (failure === 'rewound') return m.people_trouble_rewound();
	if (failure !== undefined) return m.people_trouble_unbelieved();
	return (Object.hasOwn(sentences, reason) ? sentences[reason] : undefined)?.() ?? m.people_trouble_failed();
}
