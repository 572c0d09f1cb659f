-- When what is kept of a payment is over. It has to be told without saying whose payment it is: a payment's id is random, and
-- no row leads from it to an application. Of a call its payments go on the day of its applications. Of an always open call,
-- where each application has a day of its own, they go by these two, which are of the payment alone.

-- The first day of the month in which the letter came, and no finer.
alter table grant_payment_letter add column month date not null default date_trunc('month', now() at time zone 'utc')::date;

-- No instalment is open any more, as those who pay say.
alter table grant_payment_letter add column settled boolean not null default false;

-- Null: shredded. The row stays as long as the call, so that what was paid is not handed over, and paid, a second time.
alter table grant_payment_letter alter column sealed_letter drop not null;
