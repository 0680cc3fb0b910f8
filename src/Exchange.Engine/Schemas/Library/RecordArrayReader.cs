using System.Text;
using Newtonsoft.Json;

namespace Exchange.Engine.Schemas.Library;

/// <summary>Shows records that come one by one to a pull reader as the items of one endless array.</summary>
sealed class RecordArrayReader : JsonReader
{
    JsonTextReader? record;
    bool opened;

    /// <summary>The next item.</summary>
    public void Next(ReadOnlySpan<byte> utf8Json) => record = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(utf8Json)))
    {
        DateParseHandling = DateParseHandling.None,
        MaxDepth = null,
    };

    public override bool Read()
    {
        if (!opened)
        {
            opened = true;
            SetToken(JsonToken.StartArray);
            return true;
        }
        if (record is null || !record.Read())
            return false;
        SetToken(record.TokenType, record.Value);
        return true;
    }
}
