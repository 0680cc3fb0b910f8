grant usage on schema catalog to :application;
grant select, insert on catalog.documents, catalog.publications to :application;
grant select, insert, update on catalog.datasets, catalog.heads, catalog.search to :application;
grant select, insert, delete on catalog.filter_columns, catalog.schema_lines to :application;
grant usage, create on schema data to :application;
grant select, insert, update on catalog.origin to :application;
