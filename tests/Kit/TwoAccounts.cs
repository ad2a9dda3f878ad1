using ChatOps.Aws;

namespace ChatOps.Tests.Kit;

/// <summary>A production account with two Regions, and a stage account.</summary>
internal sealed class TwoAccounts : IAwsAccounts
{
    public IReadOnlyList<AwsAccount> All { get; } =
    [
        new("111122223333", "prod", null, ["us-east-1", "ap-northeast-2"]),
        new("444455556666", "stage", null, ["us-east-1"]),
    ];

    public string HomeRegion => "ap-northeast-2";

    public AwsAccount? Find(string id) => All.FirstOrDefault(account => account.Id == id);
}
