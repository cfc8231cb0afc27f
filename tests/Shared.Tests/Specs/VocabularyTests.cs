using Convoy.Shared.Specs;
using Convoy.Shared.Specs.Reading;

namespace Convoy.Shared.Tests.Specs;

/// <summary>The words of specs, which versions differ in.</summary>
public sealed class VocabularyTests
{
    // Of no version: later than the first.
    sealed record FutureSpec
    {
        public int Patience { get; init; } = 3;
        public string? Why { get; init; }
        public FutureKind Kind { get; init; }
        public FuturePart Part { get; init; } = new();
        public required int Must { get; init; }
    }

    sealed record FuturePart
    {
        public double Share { get; init; } = 0.5;
    }

    enum FutureKind { Plain, Fancy }

    [Fact]
    public void No_word_of_the_first_version_is_lost() => Assert.Empty(Vocabulary.Lost);

    [Fact]
    public void A_field_that_the_first_version_had_not_is_written_off_its_default_only()
    {
        Assert.Equal("must: 1\n", RecordWriter.Write(new FutureSpec { Must = 1 }));
        Assert.Equal("patience: 4\npart:\n  share: 0.25\nmust: 1\n", RecordWriter.Write(new FutureSpec { Must = 1, Patience = 4, Part = new FuturePart { Share = 0.25 } }));
    }

    [Fact]
    public void A_spec_uses_fields_off_their_defaults_and_the_names_among_their_values()
    {
        Assert.Equal(["future.must"], Vocabulary.UsedByRecord(new FutureSpec { Must = 1 }));
        Assert.Equal(["future.kind", "future.must", "future.part", "future.why", "future_kind.fancy", "future_part.share"],
            Vocabulary.UsedByRecord(new FutureSpec { Must = 1, Kind = FutureKind.Fancy, Why = "", Part = new FuturePart { Share = 1 } }));
    }

    [Fact]
    public void A_spec_of_the_first_version_uses_nothing_later() => Assert.Empty(Vocabulary.UsedBy(Yaml.Read(Yaml.Small)));

    [Fact]
    public void Layers_values_and_backbones_are_words()
    {
        Assert.Contains("layer.dense", Vocabulary.All);
        Assert.Contains("dense.units", Vocabulary.All);
        Assert.Contains("loss.binary_crossentropy", Vocabulary.All);
        Assert.Contains("backbone.vgg16", Vocabulary.All);
        Assert.Contains("world.step_deadline", Vocabulary.All);
    }
}
