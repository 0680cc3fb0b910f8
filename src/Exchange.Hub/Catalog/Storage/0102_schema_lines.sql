create table catalog.schema_lines (
    dataset_id int not null references catalog.datasets,
    line       text not null,
    until      timestamptz not null,
    filters    text[] not null,
    primary key (dataset_id, line)
);
comment on table catalog.schema_lines is 'Major versions of a schema that a dataset has left, and until when their readers may go on reading the last publication that followed them.';
comment on column catalog.schema_lines.line is 'Name and major version: company/1.';
comment on column catalog.schema_lines.filters is 'Filterable fields when it was left: pointer, column and type of each.';
