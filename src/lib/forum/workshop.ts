import * as v from 'valibot';
import type { Text } from '#lib/platform/i18n/text.ts';
import { isId } from '#lib/vault/envelope.ts';
import { textShape } from './plan.ts';

/**
 * Note: A workshop is a circle.
 * Whoever is in the circle is in the workshop: the convenor who made it, who facilitates, who keeps the notes, and who takes part.
 * Facilitators and rapporteurs are its stewards, so that the server too lets nobody else close the notes. All that this file
 * describes is sealed, and read in members' browsers.
 */
export interface Workshop {
	/** The forum's title and address. */
	readonly forum: Text;
	readonly slug: string;
	readonly theme: Text;
	readonly title: Text;
	/** What was said may be used, and nobody says by whom: see *What the Chatham House Rule changes*. */
	readonly chathamHouse: boolean;
	/** By account. Everybody else takes part. */
	readonly parts: Readonly<Record<string, WorkshopPart>>;
}

export const workshopParts = ['facilitator', 'rapporteur'] as const;
export type WorkshopPart = (typeof workshopParts)[number];

/** A paragraph of the notes as it stood when they were closed. */
export interface KeptParagraph {
	readonly id: string;
	readonly text: string;
	readonly proposed: boolean;
}

/** A point for the overview report, in words that a rapporteur stands by. */
export interface Point {
	/** Of the paragraph that it came from. */
	readonly id: string;
	readonly text: string;
}

/** Which circle is which workshop of a plan, as the convenors' circle keeps it. */
export interface WorkshopCircle {
	readonly theme: string;
	readonly workshop: string;
	readonly circle: string;
}

export const longestPoint = 4000;
const mostPoints = 200;
const id = v.pipe(v.string(), v.check(isId));
const slot = v.pipe(v.string(), v.maxLength(60));

const workshopShape = v.strictObject({
	v: v.literal(1),
	forum: textShape,
	slug: v.pipe(v.string(), v.maxLength(80)),
	theme: textShape,
	title: textShape,
	chathamHouse: v.boolean(),
	parts: v.record(id, v.picklist(workshopParts))
});
const keptNotesShape = v.strictObject({ v: v.literal(1), paragraphs: v.pipe(v.array(v.strictObject({ id: slot, text: v.string(), proposed: v.boolean() })), v.maxLength(5000)) });
const pointsShape = v.strictObject({ v: v.literal(1), points: v.pipe(v.array(v.strictObject({ id: slot, text: v.pipe(v.string(), v.maxLength(longestPoint)) })), v.maxLength(mostPoints)) });
const circlesShape = v.strictObject({ v: v.literal(1), workshops: v.pipe(v.array(v.strictObject({ theme: slot, workshop: slot, circle: id })), v.maxLength(900)) });

function reader<Shape extends v.GenericSchema>(shape: Shape): (body: unknown) => v.InferOutput<Shape> | undefined {
	return (body) => {
		const { success, output } = v.safeParse(shape, body);
		return success ? output : undefined;
	};
}

/** What a record of the kind `workshop`, `workshop-notes`, `workshop-points` or `forum-workshops` says; undefined for anything else. */
export const readWorkshop = reader(workshopShape);
export const readKeptNotes = reader(keptNotesShape);
export const readPoints = reader(pointsShape);
export const readWorkshopCircles = reader(circlesShape);
