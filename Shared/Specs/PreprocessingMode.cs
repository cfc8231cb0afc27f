namespace Convoy.Shared.Specs;

/// <summary>How a picture's bytes become numbers; Keras' names.</summary>
public enum PreprocessingMode
{
    /// <summary>byte x <see cref="DataSpec.Rescale"/></summary>
    Rescale,
    /// <summary>byte / 127.5 - 1: MobileNet, Inception, Xception.</summary>
    Tf,
    /// <summary>Blue, green, red, each less its mean over ImageNet (103.939, 116.779, 123.68): VGG, ResNet.</summary>
    Caffe,
    /// <summary>Red, green, blue from 0 to 1, less (0.485, 0.456, 0.406), over (0.229, 0.224, 0.225): torchvision's and timm's weights.</summary>
    Torch,
}
