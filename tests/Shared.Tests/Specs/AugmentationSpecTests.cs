using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class AugmentationSpecTests
{
    private static AugmentationSpec Read(string block) => Yaml.Read(Yaml.Small, $"augmentation={block}").Augmentation!;

    private static string Error(string setting) => Yaml.Error(Yaml.Small, $"augmentation.{setting}");

    [Fact]
    public void Left_out_nothing_is_augmented()
    {
        Assert.Null(Yaml.Read(Yaml.Small).Augmentation);
        Assert.DoesNotContain("augmentation", SpecWriter.Write(Yaml.Read(Yaml.Small)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_books_block_reads_as_in_Keras()
    {
        var spec = Yaml.Read(Yaml.Small + """
            augmentation:
              rotation_range: 40
              width_shift_range: 0.2
              height_shift_range: 0.2
              shear_range: 0.2
              zoom_range: 0.2
              horizontal_flip: true
            """).Augmentation;

        Assert.Equal(new AugmentationSpec { RotationRange = 40, WidthShiftRange = 0.2, HeightShiftRange = 0.2, ShearRange = 0.2, ZoomRange = new(0.8, 1.2), HorizontalFlip = true }, spec);
    }

    [Fact]
    public void Shifts_take_a_number_or_a_list_and_factors_a_number_or_two()
    {
        var spec = Read("{width_shift_range: [-4, 0, 4], height_shift_range: [2], zoom_range: [0.5, 2], brightness_range: [0.2, 1]}");
        Assert.Equal(NumberOrList.List(-4, 0, 4), spec.WidthShiftRange);
        Assert.Equal(NumberOrList.List(2), spec.HeightShiftRange);
        Assert.NotEqual<NumberOrList>(2, spec.HeightShiftRange);
        Assert.Equal((new Interval(0.5, 2), new Interval(0.2, 1)), (spec.ZoomRange, spec.BrightnessRange));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{rotation_range: 7.5, width_shift_range: [1], height_shift_range: [0.1, -0.3], zoom_range: 0.3, channel_shift_range: 1e-3, fill_mode: constant, cval: 12.5}")]
    [InlineData("{random_resized_crop: {}, color_jitter: {brightness: 0.4, hue: 0.1}, rand_augment: {n: 3, m: 12}, cutout: {size: 0.4, fill: 128}, mixup: {alpha: 0.2}, cutmix: {}}")]
    [InlineData("{samplewise_center: true, samplewise_std_normalization: true, vertical_flip: true, fill_mode: wrap}")]
    [InlineData("{featurewise_center: true, featurewise_std_normalization: true, fill_mode: reflect}")]
    public void What_is_written_reads_back_the_same(string block)
    {
        var spec = Yaml.Read(Yaml.Small, $"augmentation={block}");
        var text = SpecWriter.Write(spec);
        var again = SpecReader.Read(text, "again.yaml");
        Assert.Equal(spec.Augmentation, again.Augmentation);
        Assert.Equal(text, SpecWriter.Write(again));
    }

    [Fact]
    public void The_canonical_text_shows_every_default()
    {
        var text = SpecWriter.Write(Yaml.Read(Yaml.Small, "augmentation.zoom_range=0.25", "augmentation.rand_augment.m=5"));
        Assert.Contains("""
            augmentation:
              rotation_range: 0
              width_shift_range: 0
              height_shift_range: 0
              shear_range: 0
              zoom_range: [0.75, 1.25]
              channel_shift_range: 0
              brightness_range: [1, 1]
              horizontal_flip: false
              vertical_flip: false
              fill_mode: nearest
              cval: 0
              featurewise_center: false
              featurewise_std_normalization: false
              samplewise_center: false
              samplewise_std_normalization: false
              rand_augment:
                n: 2
                m: 5
            """, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rotation_range=-1", "expected a number from 0 to 360, found '-1'")]
    [InlineData("width_shift_range=wide", "expected a number from -65536 to 65536, or a list of them, found 'wide'")]
    [InlineData("width_shift_range=[]", "expected a number from -65536 to 65536, or a list of them, found a list of 0 items")]
    [InlineData("width_shift_range=[1, x]", "expected a number from -65536 to 65536, or a list of them, found a list of 2 items")]
    [InlineData("zoom_range=1", "expected [lo, hi], or one number z for [1 - z, 1 + z], from 0.01 to 100 and in order, found '1'")]
    [InlineData("zoom_range=[2, 1]", "expected [lo, hi], or one number z for [1 - z, 1 + z], from 0.01 to 100 and in order, found a list of 2 items")]
    [InlineData("fill_mode=mirror", "expected one of nearest, constant, reflect, wrap, found 'mirror'")]
    [InlineData("rand_augment.m=31", "expected a whole number from 0 to 30, found '31'")]
    [InlineData("mixup.alpha=0", "expected a number from 0.01 to 100, found '0'")]
    public void Values_out_of_range_are_named(string setting, string message) =>
        Assert.Equal($"--set augmentation.{setting}: {message}", Error(setting));

    [Theory]
    [InlineData("cval=9", "--set augmentation.cval=9: augmentation.cval: needs augmentation.fill_mode: constant")]
    [InlineData("rotation_rnage=9", "unknown key; did you mean 'rotation_range'?")]
    [InlineData("validation=true", "unknown key")]
    public void Fields_that_cannot_be_are_named(string setting, string part) => Assert.Contains(part, Error(setting), StringComparison.Ordinal);

    [Fact]
    public void Samples_and_features_are_not_both_normalised() =>
        Assert.Contains("augmentation: normalises featurewise and samplewise; choose one",
            Yaml.Error(Yaml.Small, "augmentation={featurewise_center: true, samplewise_center: true}"), StringComparison.Ordinal);
}
