namespace ChatOps.Remediation.Tests;

public sealed class RemediationSnapshotTests : GalleryTests<RemediationGallery>;
