namespace Exchange.Hub.Delivery;

/// <summary>The headers by which answers say what they are; explained in README.md.</summary>
static class DeliveryHeaders
{
    /// <summary>The publication that the answer shows.</summary>
    public const string Publication = "Exchange-Publication";

    /// <summary>How many records or changes a stream holds; one that ends before them was broken off.</summary>
    public const string Count = "Exchange-Record-Count";

    /// <summary>The cursor after the last change of a stream.</summary>
    public const string NextCursor = "Exchange-Next-Cursor";

    /// <summary>Since when the major version that is read is over (RFC 9745).</summary>
    public const string Deprecation = "Deprecation";

    /// <summary>When it will be read no more (RFC 8594).</summary>
    public const string Sunset = "Sunset";

    /// <summary>What was done to text that a spreadsheet would run.</summary>
    public const string CsvFormulas = "Exchange-Csv-Formulas";
}
