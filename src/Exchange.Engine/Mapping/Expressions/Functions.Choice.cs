using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping.Expressions;

internal static partial class Functions
{
    static Function[] ChoiceFunctions =>
    [
        new("if", [new("condition", Kinds.Boolean), new("then", Kinds.Any), new("else", Kinds.Any)], Kinds.Any,
            "One of two values; a condition without a value counts as false.", "if(2 > 1, 'yes', 'no')", "yes",
            arguments => new ChoiceTerm(arguments[0], arguments[1], arguments[2])),
        new("coalesce", [new("value", Kinds.Any), new("other", Kinds.Any, More: true)], Kinds.Any,
            "The first argument that has a value.", "coalesce(null, 'unknown')", "unknown",
            arguments => new CoalesceTerm(arguments.All)),
        new("lookup", [new("table", Kinds.Text, Literal: true), new("code", Kinds.Any)], Kinds.Any,
            "What a code table holds for a code; nothing where it does not have it.", "lookup('colours', 'r')", "red",
            arguments => new LookupTerm(arguments[1], arguments.Table(arguments.Literal(0)), LookupMiss.Null)),
        new("reject", [new("code", Kinds.Text, Literal: true), new("message", Kinds.Text, Optional: true, Literal: true)], Kinds.None,
            "Rejects the row with a code of your own.", "if(1 > 2, reject('never'), 'kept')", "kept",
            arguments => new RejectTerm(RejectionCode.Check(arguments.Literal(0)), arguments.Count > 1 ? arguments.Literal(1) : RejectionCode.DefaultMessage)),
    ];
}
