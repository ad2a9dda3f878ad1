namespace ChatOps.Tagging.Tests;

public sealed class TaggingSnapshotTests : GalleryTests<TaggingGallery>;
