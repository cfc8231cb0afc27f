using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;

namespace Convoy.Shared.Tests.Models;

public sealed class ModelSummaryTests
{
    [Fact]
    public void The_table_is_Keras_table() => Assert.Equal("""
        Model: "mnist-convnet"
        ___________________________________________________________________
        Layer (type)                   Output Shape              Param #
        ===================================================================
        conv2d_1 (Conv2D)              (None, 26, 26, 32)        320
        ___________________________________________________________________
        max_pooling2d_1 (MaxPooling2D) (None, 13, 13, 32)        0
        ___________________________________________________________________
        conv2d_2 (Conv2D)              (None, 11, 11, 64)        18496
        ___________________________________________________________________
        max_pooling2d_2 (MaxPooling2D) (None, 5, 5, 64)          0
        ___________________________________________________________________
        conv2d_3 (Conv2D)              (None, 3, 3, 64)          36928
        ___________________________________________________________________
        flatten_1 (Flatten)            (None, 576)               0
        ___________________________________________________________________
        dense_1 (Dense)                (None, 64)                36928
        ___________________________________________________________________
        dense_2 (Dense)                (None, 10)                650
        ===================================================================
        Total params: 93,322
        Trainable params: 93,322
        Non-trainable params: 0
        ___________________________________________________________________

        """, ModelSummary.Render("mnist-convnet", ModelPlanner.Plan(Nets.Mnist)), ignoreLineEndingDifferences: true);

    [Fact]
    public void Where_nothing_would_be_cut_off_the_columns_are_Keras_own() => Assert.Equal("""
        Model: "dense"
        _________________________________________________________________
        Layer (type)                 Output Shape              Param #
        =================================================================
        dense_1 (Dense)              (None, 512)               401920
        _________________________________________________________________
        dense_2 (Dense)              (None, 10)                5130
        =================================================================
        Total params: 407,050
        Trainable params: 407,050
        Non-trainable params: 0
        _________________________________________________________________

        """, ModelSummary.Render("dense", ModelPlanner.Plan(Nets.Of([784], new Dense { Units = 512 }, new Dense { Units = 10 }))), ignoreLineEndingDifferences: true);

    [Fact]
    public void Running_statistics_do_not_train()
    {
        var table = ModelSummary.Render("bn", ModelPlanner.Plan(Nets.Of([4, 4, 300], new BatchNormalization())));

        Assert.Contains("Total params: 1,200\nTrainable params: 600\nNon-trainable params: 600\n", table, StringComparison.Ordinal);
        Assert.Contains("batch_normalization_1 (BatchNormalization) (None, 4, 4, 300) ", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_is_shown_with_its_connections_in_Keras_columns() => Assert.Equal("""
        Model: "residual"
        __________________________________________________________________________________________________
        Layer (type)                    Output Shape         Param #     Connected to
        ==================================================================================================
        input_1 (InputLayer)            (None, 8, 8, 3)      0
        __________________________________________________________________________________________________
        conv2d_1 (Conv2D)               (None, 8, 8, 3)      84          input_1[0][0]
        __________________________________________________________________________________________________
        add_1 (Add)                     (None, 8, 8, 3)      0           conv2d_1[0][0]
                                                                         input_1[0][0]
        __________________________________________________________________________________________________
        activation_1 (Activation)       (None, 8, 8, 3)      0           add_1[0][0]
        ==================================================================================================
        Total params: 84
        Trainable params: 84
        Non-trainable params: 0
        __________________________________________________________________________________________________

        """, ModelSummary.Render("residual", ModelPlanner.Plan(Nets.Of([8, 8, 3],
            new Conv2D { Filters = 3, Padding = Padding.Same },
            new Add { Inputs = ["conv2d_1", "input"] },
            new ActivationLayer { Activation = Activation.Relu }))), ignoreLineEndingDifferences: true);

    [Fact]
    public void A_sequence_may_show_its_input() => Assert.StartsWith("""
        Model: "vgg"
        _________________________________________________________________
        Layer (type)                 Output Shape              Param #
        =================================================================
        input_1 (InputLayer)         (None, 150, 150, 3)       0
        _________________________________________________________________
        block1_conv1 (Conv2D)        (None, 150, 150, 64)      1792
        _________________________________________________________________

        """.ReplaceLineEndings("\n"), ModelSummary.Render("vgg", ModelPlanner.Plan(Backbone.Find("vgg16")!.Model(includeTop: false, new(150, 150))), withInput: true), StringComparison.Ordinal);
}
