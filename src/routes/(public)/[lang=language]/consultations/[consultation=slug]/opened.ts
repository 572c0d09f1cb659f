import { error } from '@sveltejs/kit';
import { consultationStanding, type ConsultationStanding } from '#lib/statement/consultation.ts';
import { publicConsultation, type PublicConsultation } from '#lib/statement/server/index.ts';

/** What every page of a consultation shows. */
export interface Opened {
	readonly consultation: PublicConsultation;
	readonly standing: ConsultationStanding;
}

/** The consultation of an address; throws SvelteKit's error 404 where there is none. */
export async function opened(locals: App.Locals, slug: string, now: Date): Promise<Opened> {
	const consultation = (await publicConsultation(locals.house, slug)) ?? error(404, 'not found');
	return { consultation, standing: consultationStanding(consultation, now) };
}
