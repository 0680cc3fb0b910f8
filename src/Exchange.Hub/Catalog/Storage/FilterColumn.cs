namespace Exchange.Hub.Catalog.Storage;

/// <summary>The PostgreSQL type of a filterable field.</summary>
public enum FilterType
{
    Text,
    Numeric,
    Bool,
    Date,
    Timestamptz,
}

/// <summary>A declared filterable field, stored beside the record as a typed column with an index.</summary>
/// <param name="Pointer">JSON pointer of the field.</param>
/// <param name="Column">Name of the column: <c>f_0</c>, <c>f_1</c>, …</param>
/// <param name="Type">Its type.</param>
public sealed record FilterColumn(string Pointer, string Column, FilterType Type);
