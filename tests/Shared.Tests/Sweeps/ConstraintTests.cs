using Convoy.Shared.Specs;
using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

public sealed class ConstraintTests
{
    private static readonly IReadOnlyList<Parameter> Parameters =
    [
        Named("filters", new NumberDomain(1, 64, 1, Log: false)),
        Named("optimizer.lr", new NumberDomain(1e-4, 1, null, Log: true)),
        Named("model.layers[0].times", new NumberDomain(1, 9, 1, Log: false)),
        Named("kind", new ChoiceDomain(["sgd", "adam", "\"a b\""])),
        Named("units", new ChoiceDomain(["16", "3.2e1"])),
        Named("flip", new ChoiceDomain(["true", "false"])),
        Named("momentum", new NumberDomain(0, 1, null, Log: false)),
    ];

    private static readonly Assignment Values = SweepYaml.Values("filters=32", "optimizer.lr=0.01", "model.layers[0].times=3", "kind=sgd", "units=16", "flip=true");

    private static Parameter Named(string name, Domain domain) => new(name, domain, new Dictionary<string, IReadOnlyList<string>>());

    [Theory]
    [InlineData("filters * model.layers[0].times <= 96", true)]
    [InlineData("filters * model.layers[0].times < 96", false)]
    [InlineData("filters + 2 * 3 == 38", true)]
    [InlineData("(filters + 2) * 3 == 102", true)]
    [InlineData("filters - 2 - 3 == 27 and filters / 4 / 2 == 4", true)]
    [InlineData("filters % 5 == 2", true)]
    [InlineData("-filters < --3", true)]
    [InlineData("16 <= filters <= 64", true)]
    [InlineData("16 <= filters <= 31", false)]
    [InlineData("64 <= filters <= 99", false)]
    [InlineData("optimizer.lr >= 1e-2 and .5>0.5e-0 or 1.==1", true)]
    [InlineData("kind == 'sgd'", true)]
    [InlineData("kind != \"sgd\"", false)]
    [InlineData("kind == 'a b'", false)]
    [InlineData("units==16", true)]
    [InlineData("flip", true)]
    [InlineData("not flip or false", false)]
    [InlineData("not flip == false", true)]
    [InlineData("true or false and false", true)]
    [InlineData("(true or false) and false", false)]
    [InlineData("filters / 0 > 1e300", true)]
    [InlineData("0 / (filters - 32) >= 0", false)]
    [InlineData("momentum > 5 and filters > 99", true)] // speaks of what is not there
    public void It_holds_or_not(string text, bool holds) => Assert.Equal(holds, ConstraintParser.Parse(text, Parameters).Holds(Values));

    [Theory]
    [InlineData("", "expected a number, a parameter, text in quotes or '(' at character 1, found the end")]
    [InlineData("filters", "expected a condition at character 1, found a number")]
    [InlineData("filters <=", "expected a number, a parameter, text in quotes or '(' at character 11, found the end")]
    [InlineData("filters <= 3 4", "expected an operator or the end at character 14, found '4'")]
    [InlineData("(filters <= 3", "expected ')' at character 14, found the end")]
    [InlineData("filter <= 3", "'filter' at character 1 is no parameter; did you mean 'filters'? (text is written in quotes)")]
    [InlineData("kind == sgd", "'sgd' at character 9 is no parameter (text is written in quotes)")]
    [InlineData("kind <= 'a'", "expected a number at character 1, found text")]
    [InlineData("kind == 3", "'==' at character 6 compares text with a number")]
    [InlineData("filters and true", "expected a condition at character 1, found a number")]
    [InlineData("filters * (1 < 2) > 3", "expected a number at character 11, found a condition")]
    [InlineData("filters = 3", "'= 3' at character 9 is no part of a constraint")]
    [InlineData("filters ; 3", "'; 3' at character 9 is no part of a constraint")]
    [InlineData("kind == 'a", "''a' at character 9 is no part of a constraint")]
    [InlineData("filters <= and", "expected a number, a parameter, text in quotes or '(' at character 12, found 'and'")]
    public void What_is_none_says_why_and_where(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SpecException>(() => ConstraintParser.Parse(text, Parameters)).Message);

    [Fact]
    public void Whatever_is_written_gives_an_answer_or_an_error()
    {
        var random = new Random(6);
        string[] pieces = ["filters", "optimizer.lr", "kind", "flip", "units", "1", "0.5", "'sgd'", "+", "-", "*", "/", "%", "<", "<=", "==", "!=", "and", "or", "not", "(", ")", "true", " ", "\t", "\0", "\u00e4"];
        var read = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                ConstraintParser.Parse(text, Parameters).Holds(Values);
                read++;
            }
            catch (SpecException exception)
            {
                Assert.DoesNotContain(exception.Message, char.IsControl);
            }
        }
        Assert.InRange(read, 1, 4_999);
        Assert.Equal("nested more than 50 levels deep", Assert.Throws<SpecException>(() => ConstraintParser.Parse(new string('(', 900), Parameters)).Message);
        Assert.Equal("nested more than 50 levels deep", Assert.Throws<SpecException>(() => ConstraintParser.Parse(new string('-', 900), Parameters)).Message);
        Assert.Equal("more than 1000 characters; write several constraints", Assert.Throws<SpecException>(() => ConstraintParser.Parse(new string('1', 1001), Parameters)).Message);
    }
}
