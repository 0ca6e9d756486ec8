"""The steps of the main job, in order: their keys are the names in ``main-job.json``."""

STEPS = {
    "sign-in": "signs in at her own node and proves who she is",
    "find": "finds the service and reads its guide",
    "fill": "fills the form, one thing per page, and goes on in another browser",
    "materials": "sees why each material is not needed, or uploads it",
    "submit": "the other party confirms, both sign, she submits once",
    "hand-over": "her node hands the case over to the other city",
    "decide": "the other city accepts, examines, asks side by side, decides",
    "licence": "the firm gets its number and its licence",
    "deliver": "she gets the notice, the licence, the courier, and rates",
}
