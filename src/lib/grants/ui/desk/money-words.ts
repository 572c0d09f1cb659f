import { m } from '#lib/platform/i18n/compiled/messages.js';
import { intlTag, type Language } from '#lib/platform/i18n/language.ts';
import type { InstalmentState, PaymentAct, Rate, Route } from '../../award.ts';
import type { PaymentDeed } from '../../payment.ts';
import { apart, dayWords } from '../say.ts';

export function routeName(route: Route): string {
	switch (route) {
		case 'bank':
			return m.money_route_bank();
		case 'money-transfer':
			return m.money_route_transfer();
		case 'mobile-money':
			return m.money_route_mobile();
		case 'cash-partner':
			return m.money_route_cash();
		case 'vendor':
			return m.money_route_vendor();
	}
}

/** What a way of paying can do to the person who is paid. */
export function routeRisk(route: Route): string {
	switch (route) {
		case 'bank':
			return m.money_risk_bank();
		case 'money-transfer':
			return m.money_risk_transfer();
		case 'mobile-money':
			return m.money_risk_mobile();
		case 'cash-partner':
			return m.money_risk_cash();
		case 'vendor':
			return m.money_risk_vendor();
	}
}

export function instalmentStateName(state: InstalmentState): string {
	switch (state) {
		case 'planned':
			return m.money_state_planned();
		case 'approved':
			return m.money_state_approved();
		case 'sent':
			return m.money_state_sent();
		case 'confirmed':
			return m.money_state_confirmed();
		case 'failed':
			return m.money_state_failed();
		case 'rerouted':
			return m.money_state_rerouted();
		case 'returned':
			return m.money_state_returned();
		case 'cancelled':
			return m.money_state_cancelled();
	}
}

export function actName(act: PaymentAct['do']): string {
	switch (act) {
		case 'approve':
			return m.pay_approve();
		case 'send':
			return m.pay_send();
		case 'confirm':
			return m.pay_confirm();
		case 'fail':
			return m.pay_fail();
		case 'reroute':
			return m.pay_reroute();
		case 'give-back':
			return m.pay_give_back();
		case 'cancel':
			return m.pay_cancel();
	}
}

/** What a version of a payment did, for its history. */
export function paymentDeedName(did: PaymentDeed): string {
	switch (did.what) {
		case 'take-in':
			return m.pay_deed_take_in({ route: routeName(did.route) });
		case 'act':
			return actName(did.act.do);
		case 'change-payee':
			return m.pay_deed_change();
		case 'confirm-payee':
			return m.pay_deed_confirm();
		case 'refuse-payee':
			return m.pay_deed_refuse();
	}
}

export function rateWords({ from, to, rate, source, on }: Rate, language: Language): string {
	const number = new Intl.NumberFormat(intlTag(language), { maximumFractionDigits: 12 }).format(Number(rate));
	// A formula is read from left to right in every language.
	return m.money_rate_words({ rate: `\u20661 ${from} = ${number} ${to}\u2069`, source: apart(source), day: dayWords(on, language) });
}

export function dueDayWords(due: string | null, language: Language): string {
	return due === null ? m.money_due_soon() : m.money_due({ day: dayWords(due, language) });
}
