using Amazon.SimpleSystemsManagement.Model;

namespace ChatOps.Remediation.Tests;

/// <summary>Systems Manager Automation: one execution a ClientToken, as AWS keeps it.</summary>
internal sealed class PlayedAutomation
{
    private readonly Dictionary<string, string> _executions = [];

    /// <summary>The tokens of what was started, in order.</summary>
    public List<string> Order { get; } = [];

    public int Started => _executions.Count;

    public int StartCalls { get; private set; }

    public Exception? StartFault { get; set; }

    public Exception? GetFault { get; set; }

    public string Status { get; set; } = "InProgress";

    public string? FailureMessage { get; set; }

    public List<StepExecution> Steps { get; } = [];

    public StartAutomationExecutionRequest? Last { get; private set; }

    public StartAutomationExecutionResponse Start(StartAutomationExecutionRequest request)
    {
        StartCalls++;
        Last = request;
        if (StartFault is { } fault) throw fault;
        if (!_executions.TryGetValue(request.ClientToken, out var execution))
        {
            _executions[request.ClientToken] = execution = Guid.NewGuid().ToString("D");
            Order.Add(request.ClientToken);
        }

        return new StartAutomationExecutionResponse { AutomationExecutionId = execution };
    }

    public GetAutomationExecutionResponse Get(GetAutomationExecutionRequest request)
    {
        if (GetFault is { } fault) throw fault;
        return new GetAutomationExecutionResponse
        {
            AutomationExecution = new AutomationExecution
            {
                AutomationExecutionId = request.AutomationExecutionId,
                AutomationExecutionStatus = Status,
                StepExecutions = Steps,
                FailureMessage = FailureMessage,
            },
        };
    }

    public int StopCalls { get; private set; }

    public Exception? StopFault { get; set; }

    public StopAutomationExecutionResponse Stop(StopAutomationExecutionRequest _)
    {
        StopCalls++;
        if (StopFault is { } fault) throw fault;
        Status = "Cancelled";
        return new StopAutomationExecutionResponse();
    }

    public void Step(string name, string status, double seconds = 1.5, string? failure = null) => Steps.Add(new StepExecution
    {
        StepExecutionId = Guid.NewGuid().ToString("D"),
        StepName = name,
        StepStatus = status,
        ExecutionStartTime = RemediationWorld.Start.UtcDateTime,
        ExecutionEndTime = RemediationWorld.Start.UtcDateTime.AddSeconds(seconds),
        FailureMessage = failure,
    });
}
