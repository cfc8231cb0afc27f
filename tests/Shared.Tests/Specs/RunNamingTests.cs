using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class RunNamingTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 34, 56, TimeSpan.Zero);

    [Theory]
    [InlineData("a", true), InlineData("_a.b-c_1", true), InlineData("größe", true), InlineData("画像", true), InlineData("हिन्दी", true), InlineData("\U0001D4D0", true)]
    [InlineData("", false), InlineData(".a", false), InlineData("-a", false), InlineData("..", false), InlineData("a/b", false), InlineData("a b", false), InlineData("a\0b", false), InlineData("a\u202Eb", false), InlineData("\ud800", false), InlineData("😀", false)]
    public void An_id_has_letters_digits_and_three_signs(string id, bool isOne) => Assert.Equal(isOne, RunNaming.IsId(id));

    [Fact]
    public void An_id_fits_into_the_name_of_a_file()
    {
        Assert.True(RunNaming.IsId(new string('a', 120)));
        Assert.False(RunNaming.IsId(new string('a', 121)));
        Assert.True(RunNaming.IsId(new string('画', 66)));
        Assert.False(RunNaming.IsId(new string('画', 67)));
    }

    [Theory]
    [InlineData("my run", "my-run"), InlineData("größe 2", "größe-2"), InlineData("a😀b", "a-b")]
    public void A_name_is_part_of_an_id(string name, string slug) => Assert.Equal(slug, RunNaming.Slug(name));

    [Fact]
    public void Ids_of_one_second_differ()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => RunNaming.NewId("digits", Now)).ToList();
        Assert.All(ids, id => Assert.Matches("^digits-20261130-123456-[0-9a-f]{6}$", id));
        Assert.InRange(ids.Distinct().Count(), 998, 1000);
    }
}
