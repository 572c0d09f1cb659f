-- A photograph that was taken out of the record because somebody in it asked: files of before do not bring it back.
alter table forum add column without_photograph boolean not null default false;
