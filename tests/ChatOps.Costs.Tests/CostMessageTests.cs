namespace ChatOps.Costs.Tests;

public sealed class CostMessageTests : GalleryTests<CostGallery>;
