using Convoy.Shared.Sweeps;

namespace Convoy.Shared.Tests.Sweeps;

public sealed class SettingTextTests
{
    [Theory]
    [InlineData("0.5", "0.5"), InlineData("adam", "adam"), InlineData("\"07\"", "07"), InlineData("'it''s'", "it's"), InlineData("\"a\\\"b\\u0041\"", "a\"bA"), InlineData("[1, 2]", "[1, 2]"), InlineData("\"", "\""), InlineData("\"a\" b", "\"a\" b")]
    public void A_value_is_shown_without_the_quotes_of_YAML(string value, string shown) => Assert.Equal(shown, SettingText.Plain(value));
}
