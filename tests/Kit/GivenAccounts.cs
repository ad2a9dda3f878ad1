using ChatOps.Aws;

namespace ChatOps.Tests.Kit;

/// <summary>The accounts that a test names.</summary>
internal class GivenAccounts(params IReadOnlyList<AwsAccount> all) : IAwsAccounts
{
    public IReadOnlyList<AwsAccount> All { get; } = all;

    public string HomeRegion => "ap-northeast-2";

    public AwsAccount? Find(string id) => All.FirstOrDefault(account => account.Id == id);
}

/// <summary>A production account with two Regions, and a stage account.</summary>
internal sealed class TwoAccounts() : GivenAccounts(
    new AwsAccount("111122223333", "prod", null, ["us-east-1", "ap-northeast-2"]),
    new AwsAccount("444455556666", "stage", null, ["us-east-1"]));
