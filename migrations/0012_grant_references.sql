-- Questions to somebody who knows an applicant's work, each list behind a link that works once. The link's secret is not
-- here: the id and the key that signs the answer are made from it, and so is what opens the questions. Taken back or
-- expired, a row is deleted; once answered, the questions go and the answer stays as long as its application.
create table grant_reference (
	id text primary key,
	application_id text not null references grant_application (id) on delete cascade,
	-- Raw Ed25519 key, base64url: whoever answers signs with it.
	signing text not null,
	-- The end of a day.
	expires_at timestamptz not null,
	sealed_questions bytea,
	sealed_answer bytea,
	check ((sealed_questions is null) <> (sealed_answer is null))
);
alter table grant_reference alter column sealed_questions set storage external;
alter table grant_reference alter column sealed_answer set storage external;
create index grant_reference_application on grant_reference (application_id);
