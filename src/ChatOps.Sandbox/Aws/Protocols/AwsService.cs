namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>One service of the local AWS: answers the calls that its signing name is given.</summary>
internal interface IAwsService
{
    /// <summary>The name in the signature's credential scope.</summary>
    string SigningName { get; }

    /// <summary>Answers a call, or throws an <see cref="AwsFault"/>.</summary>
    ValueTask<AwsAnswer> AnswerAsync(AwsCall call, CancellationToken cancellation);
}

/// <summary>A service whose every answer is one short act on the state, made under its lock.</summary>
internal abstract class LockedService(Accounts.AwsState state) : IAwsService
{
    public abstract string SigningName { get; }

    protected Accounts.AwsState State => state;

    public ValueTask<AwsAnswer> AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        lock (state.Sync)
            return ValueTask.FromResult(Answer(call));
    }

    protected abstract AwsAnswer Answer(AwsCall call);
}
