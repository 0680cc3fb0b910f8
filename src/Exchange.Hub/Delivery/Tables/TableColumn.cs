using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Hub.Delivery.Exports;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>What a column holds.</summary>
enum ColumnKind
{
    /// <summary>Text; of a value that is none, its JSON.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>An exact decimal.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A moment; its offset is not kept.</summary>
    Instant,

    /// <summary>JSON: arrays, open objects, and what may be of several types.</summary>
    Json,
}

/// <summary>A column of a table as the schema wants it.</summary>
/// <param name="Name">As of the CSV form: <c>address.city</c>.</param>
/// <param name="Pointer">JSON pointer of the field.</param>
/// <param name="Kind">What it holds.</param>
sealed record TableColumn(string Name, string Pointer, ColumnKind Kind)
{
    /// <summary>Name of the column with the record's key.</summary>
    public const string Key = "_key";

    /// <summary>The columns of a schema's records of which a view shows anything. A masked value is text.</summary>
    public static IReadOnlyList<TableColumn> Of(SharedSchema schema, RecordView view)
    {
        var fields = schema.Fields.ToDictionary(field => field.Pointer);
        return [.. ExportColumn.Of(schema).Where(column => view.Includes(column.Pointer)).Select(column => new TableColumn(column.Name, column.Pointer, KindOf(fields[column.Pointer], view)))];
    }

    static ColumnKind KindOf(SchemaField field, RecordView view)
    {
        var types = field.Types.Where(type => type != "null").ToArray();
        if (types is ["array"] or ["object"])
            return ColumnKind.Json; // of which the view may show a part
        if (!view.Shows(field.Pointer))
            return ColumnKind.Text;
        return types switch
        {
            ["string"] => field.Format switch
            {
                "date" => ColumnKind.Date,
                "date-time" => ColumnKind.Instant,
                _ => ColumnKind.Text,
            },
            ["integer"] => ColumnKind.Integer,
            ["number"] or ["integer", "number"] or ["number", "integer"] => ColumnKind.Number,
            ["boolean"] => ColumnKind.Boolean,
            _ => ColumnKind.Json,
        };
    }
}

/// <summary>How much a column takes; null for no bound.</summary>
/// <param name="Characters">Characters of a text.</param>
/// <param name="Bytes">Bytes of a text.</param>
/// <param name="Bits">Bits of a whole number.</param>
/// <param name="Digits">Digits of a number.</param>
/// <param name="Places">Digits behind the point, of a number or of a moment's seconds.</param>
sealed record ColumnLimits(long? Characters = null, long? Bytes = null, int? Bits = null, int? Digits = null, int? Places = null);

/// <summary>A column as the table has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in the server's words.</param>
/// <param name="Form">What it holds; null for what the hub does not write.</param>
/// <param name="MayBeLeftOut">Whether a row does without a value for it.</param>
/// <param name="Limits">How much it takes.</param>
sealed record TargetColumn(string Name, string Type, ColumnKind? Form, bool MayBeLeftOut, ColumnLimits Limits)
{
    /// <summary>Whether the values of a field can stand in it. Text takes all, as it is written; a decimal takes whole numbers.</summary>
    public bool Takes(ColumnKind kind) => Form == kind || Form == ColumnKind.Text || (Form == ColumnKind.Number && kind == ColumnKind.Integer);
}

/// <summary>A column that is written to.</summary>
/// <param name="Name">Its name as the table spells it.</param>
/// <param name="Pointer">JSON pointer of the field.</param>
/// <param name="Form">What it holds.</param>
/// <param name="Type">Its type in the server's words.</param>
/// <param name="Limits">How much it takes.</param>
sealed record BoundColumn(string Name, string Pointer, ColumnKind Form, string Type, ColumnLimits Limits);
