import { m } from '#lib/platform/i18n/compiled/messages.js';
import type { QuestionLane, RefusalReason } from '../question.ts';

/** From where a question comes, in words. */
export const laneNames: Readonly<Record<QuestionLane, () => string>> = { room: m.question_lane_room, stream: m.question_lane_stream, press: m.question_lane_press };

/** Why a question was refused, in words. */
export const reasonNames: Readonly<Record<RefusalReason, () => string>> = {
	'off-topic': m.question_reason_off_topic,
	repeated: m.question_reason_repeated,
	abusive: m.question_reason_abusive,
	endangers: m.question_reason_endangers,
	'no-question': m.question_reason_no_question,
	flood: m.question_reason_flood
};
