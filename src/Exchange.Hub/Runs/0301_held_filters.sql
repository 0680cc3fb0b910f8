-- What is held fits only the filter columns that it was made for.
alter table runs.held_changes add column filters text not null default '[]';
