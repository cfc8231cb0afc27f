using System.Globalization;
using System.Text.RegularExpressions;
using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Sweeps;

/// <summary>
/// Reads constraints: <c>filters * layers &lt;= 256 and (optimizer.kind != 'sgd' or 0.01 &lt;= optimizer.lr &lt; 1)</c>. Numbers with + - * / %,
/// text in quotes, true and false, comparisons, not, and, or. Whatever is wrong is found while reading: what was read gives an answer for every trial.
/// </summary>
internal sealed partial class ConstraintParser
{
    private const int Longest = 1000, Deepest = 50;
    private const string Number = "a number", Text = "text", Truth = "a condition";

    private static readonly string[] Comparisons = ["<", "<=", ">", ">=", "==", "!="];
    /// <summary>Words that no parameter can be called.</summary>
    public static readonly IReadOnlyList<string> Words = ["and", "or", "not", "true", "false"];

    private readonly List<Token> tokens;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly HashSet<string> names = [];
    private int at, depth;

    private ConstraintParser(List<Token> tokens, IReadOnlyList<Parameter> parameters) => (this.tokens, this.parameters) = (tokens, parameters);

    private enum Kind { Number, Text, Name, Sign, End }

    private sealed record Token(Kind Kind, string Text, int Place);

    /// <summary>Part of a constraint: a number, text or a condition, and how it comes about.</summary>
    private sealed record Term(string Type, Token Start, Func<Assignment, object> Of);

    /// <summary>Reads a constraint.</summary>
    /// <exception cref="SpecException">It is none: in one line, without its place in the spec.</exception>
    public static Constraint Parse(string text, IReadOnlyList<Parameter> parameters)
    {
        if (text.Length > Longest)
            throw new SpecException($"more than {Longest} characters; write several constraints");
        var parser = new ConstraintParser([.. Tokens(text)], parameters);
        var term = parser.Or();
        if (parser.Next.Kind != Kind.End)
            throw Wrong("an operator or the end", parser.Next);
        Expect(Truth, term);
        return new Constraint(parser.names, values => (bool)term.Of(values));
    }

    private Token Next => tokens[at];

    private static IEnumerable<Token> Tokens(string text)
    {
        var at = 0;
        while (at < text.TrimEnd().Length)
        {
            var match = Lexeme().Match(text, at);
            if (!match.Success)
                throw new SpecException($"'{Quote.Short(text[at..].TrimStart(), 12)}' at character {text.Length - text[at..].TrimStart().Length + 1} is no part of a constraint");
            var (kind, group) = Enum.GetValues<Kind>().Select(kind => (kind, match.Groups[kind.ToString()])).First(pair => pair.Item2.Success);
            yield return new(kind, group.Value, match.Index + match.Length - match.Value.TrimStart().Length + 1);
            at += match.Length;
        }
        yield return new(Kind.End, "", text.Length + 1);
    }

    private Term Or() => Joined(And, "or", (a, b) => a || b);

    private Term And() => Joined(Not, "and", (a, b) => a && b);

    private Term Joined(Func<Term> part, string word, Func<bool, bool, bool> join)
    {
        var term = part();
        while (Take(word))
        {
            var (left, right) = (Expect(Truth, term), Expect(Truth, part()));
            term = left with { Of = values => join((bool)left.Of(values), (bool)right.Of(values)) };
        }
        return term;
    }

    private Term Not()
    {
        var start = Next;
        if (!Take("not"))
            return Comparison();
        var term = Expect(Truth, Deeper(Not));
        return new(Truth, start, values => !(bool)term.Of(values));
    }

    // a < b < c says both.
    private Term Comparison()
    {
        var left = Sum();
        Term? all = null;
        while (Next.Kind == Kind.Sign && Comparisons.Contains(Next.Text))
        {
            var sign = tokens[at++];
            var right = Sum();
            var one = Compared(left, sign, right);
            var before = all;
            all = before is null ? one : one with { Start = before.Start, Of = values => (bool)before.Of(values) && (bool)one.Of(values) };
            left = right;
        }
        return all ?? left;
    }

    private static Term Compared(Term left, Token sign, Term right)
    {
        if (left.Type != right.Type)
            throw new SpecException($"'{sign.Text}' at character {sign.Place} compares {left.Type} with {right.Type}");
        if (sign.Text is "==" or "!=")
            return new(Truth, left.Start, values => left.Of(values).Equals(right.Of(values)) == (sign.Text == "=="));
        Func<double, double, bool> holds = sign.Text switch { "<" => (a, b) => a < b, "<=" => (a, b) => a <= b, ">" => (a, b) => a > b, _ => (a, b) => a >= b };
        Expect(Number, left);
        return new(Truth, left.Start, values => holds((double)left.Of(values), (double)right.Of(values)));
    }

    private Term Sum() => Calculated(Product, ["+", "-"]);

    private Term Product() => Calculated(Signed, ["*", "/", "%"]);

    private Term Calculated(Func<Term> part, string[] signs)
    {
        var term = part();
        while (Next.Kind == Kind.Sign && signs.Contains(Next.Text))
        {
            var sign = tokens[at++].Text;
            var (left, right) = (Expect(Number, term), Expect(Number, part()));
            Func<double, double, double> result = sign switch { "+" => (a, b) => a + b, "-" => (a, b) => a - b, "*" => (a, b) => a * b, "/" => (a, b) => a / b, _ => (a, b) => a % b };
            term = left with { Of = values => result((double)left.Of(values), (double)right.Of(values)) };
        }
        return term;
    }

    private Term Signed()
    {
        var start = Next;
        if (!Take("-"))
            return Single();
        var term = Expect(Number, Deeper(Signed));
        return new(Number, start, values => -(double)term.Of(values));
    }

    private Term Single()
    {
        var token = tokens[at];
        if (token.Kind != Kind.End)
            at++;
        return token switch
        {
            { Kind: Kind.Number } => Constant(Number, token, double.Parse(token.Text, CultureInfo.InvariantCulture)),
            { Kind: Kind.Text } => Constant(Text, token, token.Text),
            { Kind: Kind.Name, Text: "true" or "false" } => Constant(Truth, token, token.Text == "true"),
            { Kind: Kind.Name } when !Words.Contains(token.Text) => Named(token),
            { Kind: Kind.Sign, Text: "(" } => InBrackets(token),
            _ => throw Wrong("a number, a parameter, text in quotes or '('", token),
        };
    }

    private Term InBrackets(Token open)
    {
        var term = Deeper(Or);
        return Take(")") ? term with { Start = open } : throw Wrong("')'", Next);
    }

    private Term Named(Token token)
    {
        var parameter = parameters.FirstOrDefault(parameter => parameter.Name == token.Text)
            ?? throw new SpecException($"'{token.Text}' at character {token.Place} is no parameter{Nearest.Hint(token.Text, parameters.Select(parameter => parameter.Name))} (text is written in quotes)");
        names.Add(token.Text);
        var type = TypeOf(parameter.Domain);
        return new(type, token, values => Read(type, values[token.Text]!));
    }

    private static string TypeOf(Domain domain) => domain switch
    {
        ChoiceDomain choice when choice.Values.All(value => SpecValue.Parse(value).Number is not null) => Number,
        ChoiceDomain choice when choice.Values.All(value => value is "true" or "false") => Truth,
        ChoiceDomain => Text,
        _ => Number,
    };

    private static object Read(string type, string value) => type switch
    {
        Number => double.Parse(value, CultureInfo.InvariantCulture),
        Truth => value == "true",
        _ => SpecValue.Parse(value).Tree is YamlScalar scalar ? scalar.Text : value,
    };

    private static Term Constant(string type, Token token, object value) => new(type, token, _ => value);

    private bool Take(string text)
    {
        if (Next.Kind is not (Kind.Name or Kind.Sign) || Next.Text != text)
            return false;
        at++;
        return true;
    }

    private Term Deeper(Func<Term> part)
    {
        if (++depth > Deepest)
            throw new SpecException($"nested more than {Deepest} levels deep");
        var term = part();
        depth--;
        return term;
    }

    private static Term Expect(string type, Term term) => term.Type == type ? term
        : throw new SpecException($"expected {type} at character {term.Start.Place}, found {term.Type}");

    private static SpecException Wrong(string expected, Token found) =>
        new($"expected {expected} at character {found.Place}, found {(found.Kind == Kind.End ? "the end" : $"'{Quote.Short(found.Text)}'")}");

    [GeneratedRegex(@"\G\s*(?:(?<Number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)|'(?<Text>[^']*)'|""(?<Text>[^""]*)""|(?<Name>[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])*(?:\.[A-Za-z0-9_]+(?:\[[0-9]+\])*)*)|(?<Sign><=|>=|==|!=|[-+*/%()<>]))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Lexeme();
}
