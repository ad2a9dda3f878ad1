using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Ssm;

/// <summary>Systems Manager (awsJson1.1): Parameter Store and Automation.</summary>
internal sealed class SsmService(AwsState state, AutomationApi automation, ParameterStore parameters) : LockedService(state)
{
    public override string SigningName => "ssm";

    protected override AwsAnswer Answer(AwsCall call) => AwsAnswer.Json(call, call.Operation switch
    {
        "GetParameter" => parameters.Get(call),
        "GetParameters" => parameters.GetMany(call),
        "GetParametersByPath" => parameters.ByPath(call),
        "PutParameter" => parameters.Put(call),
        "DeleteParameter" => parameters.Delete(call),
        "DescribeDocument" => AutomationApi.DescribeDocument(call),
        "ListDocuments" => AutomationApi.ListDocuments(call),
        "StartAutomationExecution" => automation.Start(call),
        "GetAutomationExecution" => automation.Get(call),
        "DescribeAutomationExecutions" => automation.Describe(call),
        "DescribeAutomationStepExecutions" => automation.DescribeSteps(call),
        "StopAutomationExecution" => automation.Stop(call),
        _ => throw AwsFault.UnknownOperation(SigningName, call.Operation),
    });
}
