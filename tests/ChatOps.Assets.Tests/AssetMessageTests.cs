namespace ChatOps.Assets.Tests;

public sealed class AssetMessageTests : GalleryTests<AssetGallery>;
