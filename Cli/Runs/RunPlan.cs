using Convoy.Shared.Specs;

namespace Convoy.Cli.Runs;

/// <summary>A run that is about to start or to go on.</summary>
/// <param name="JobId">The run folder's name: the folder holds the journal in which the job has this id.</param>
/// <param name="Folder">The run's folder, absolute.</param>
/// <param name="Spec">What is trained.</param>
/// <param name="Resumes">Whether the job is in the folder's journal already.</param>
/// <param name="IsBare">Whether nothing in the folder says so: then it may not be there, and is submitted.</param>
public sealed record RunPlan(string JobId, string Folder, TrainingSpec Spec, bool Resumes, bool IsBare = false);
