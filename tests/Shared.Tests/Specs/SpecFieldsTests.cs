using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class SpecFieldsTests
{
    [Fact]
    public void A_spec_is_a_list_of_fields_with_paths_and_values() => Assert.Equal(
        [new("name", "x"), new("model.input", "[28, 28, 1]"), new("model.layers[0]", "flatten"), new("model.layers[1].dense.units", "10"), new("augmentation", "{}")],
        SpecFields.Of("""
            name: x
            model:
              input: [28, 28, 1]
              layers:
                - flatten
                - dense: {units: 10}
            augmentation: {}
            """));
}
