using Convoy.Shared.Data;

namespace Convoy.Shared.Tests.Data;

public sealed class DataSeenTests
{
    static readonly DataSeen Others = new("aaaaaaaaaaaaaaaa", [300, 100, 0], ["cat", "dog"]);

    [Theory]
    [InlineData("bb", null, "b")]
    [InlineData("abb", null, "b")]
    [InlineData("ab", null, "a")]
    [InlineData("abbcc", null, "b")]
    [InlineData("abb", "a", "a")]
    [InlineData("abb", "c", null)]
    [InlineData("", null, null)]
    public void A_majority_decides_a_tie_goes_to_whoever_comes_first_and_what_is_on_record_before_both(string seen, string? record, string? agreed) =>
        Assert.Equal(agreed, DataSeen.Agreed([.. seen.Select(digest => $"{digest}")], record));

    [Fact]
    public void The_difference_is_told_by_classes_then_by_counts_then_by_digests()
    {
        var seen = Others with { Digest = "bbbbbbbbbbbbbbbb" };
        Assert.Equal("sees the classes cow, eel, emu and 1 more, which the others do not see: digest bbbbbbbbbbbb, not aaaaaaaaaaaa", (seen with { Classes = ["cat", "cow", "eel", "emu", "yak"] }).DifferenceFromOthers(Others));
        Assert.Equal("does not see the class dog, which the others see: digest bbbbbbbbbbbb, not aaaaaaaaaaaa", (seen with { Classes = ["cat"] }).DifferenceFromOthers(Others));
        Assert.Equal("sees 120 pictures where the others see 400: digest bbbbbbbbbbbb, not aaaaaaaaaaaa", (seen with { Samples = [90, 30, 0] }).DifferenceFromOthers(Others));
        Assert.Equal("sees 400 pictures, as the others do, but not the same ones: digest bbbbbbbbbbbb, not aaaaaaaaaaaa", seen.DifferenceFromOthers(Others));
        Assert.Equal("sees 120 pictures where the training began with 400: digest bbbbbbbbbbbb, not aaaaaaaaaaaa", (seen with { Samples = [90, 30, 0] }).DifferenceFromBeginning(Others));
    }
}
