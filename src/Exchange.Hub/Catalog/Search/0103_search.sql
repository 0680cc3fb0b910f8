create table catalog.search (
    name        text primary key,
    version     int not null,
    department  text not null,
    schema      text not null,
    themes      text[] not null,
    sharing     text not null,
    modes       text[] not null,
    vector      tsvector not null
);
comment on table catalog.search is 'What each dataset is found by, written by whatever changes a document, in its transaction. A row of an older version is written anew at the next start.';
comment on column catalog.search.schema is 'Name of the schema, without its version.';
comment on column catalog.search.sharing is 'Class of the policy; not-offered without one.';
comment on column catalog.search.vector is 'Weights: A title and name, B keywords, themes and department, C description, D fields.';
create index search_vector on catalog.search using gin (vector);
create index search_department on catalog.search (department);
create index search_schema on catalog.search (schema);

create aggregate catalog.every_word(tsquery) (sfunc = tsquery_and, stype = tsquery);
