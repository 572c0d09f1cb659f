import { offsetAt } from './time.ts';

/**
 * Time zones that the agenda offers to show beside the venue's: one for each offset and region that readers are likely
 * to live in. Any other IANA name works in the address too.
 */
export const offeredZones: readonly string[] = [
	'UTC', 'America/Los_Angeles', 'America/Mexico_City', 'America/Bogota', 'America/New_York', 'America/Caracas', 'America/Santiago',
	'America/Sao_Paulo', 'Africa/Dakar', 'Europe/London', 'Africa/Lagos', 'Europe/Paris', 'Africa/Cairo', 'Africa/Johannesburg',
	'Asia/Beirut', 'Asia/Jerusalem', 'Europe/Kyiv', 'Africa/Nairobi', 'Asia/Baghdad', 'Europe/Istanbul', 'Europe/Moscow', 'Asia/Tehran',
	'Asia/Dubai', 'Asia/Kabul', 'Asia/Karachi', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Dhaka', 'Asia/Yangon', 'Asia/Bangkok',
	'Asia/Shanghai', 'Asia/Manila', 'Asia/Tokyo', 'Australia/Sydney', 'Pacific/Auckland'
];

export function isTimeZone(name: string): boolean {
	if (!/^[A-Za-z][\w+/-]{1,59}$/.test(name)) return false;
	try {
		return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
	} catch {
		return false;
	}
}

/** A zone's offset at an instant as people write it: `UTC−04:00`. */
export function offsetName(instant: Date, timeZone: string): string {
	const minutes = Math.trunc(offsetAt(instant, timeZone) / 60);
	const absolute = Math.abs(minutes);
	const clock = `${String(Math.floor(absolute / 60)).padStart(2, '0')}:${String(absolute % 60).padStart(2, '0')}`;
	return `UTC${minutes < 0 ? '−' : '+'}${clock}`;
}
