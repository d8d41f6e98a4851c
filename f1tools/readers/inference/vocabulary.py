"""Words in the column names and labels of prediction files, in lower case: evidence, not proof."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Almost certainly a target.
TARGET_CERTAIN = _words("""
    actual actuals gold goldlabel ground groundtruth gt obs observed target targets true truth truths ytest
    ytrue
""")

# A target, unless a better column exists.
TARGET_LIKELY = _words("""
    annotated annotation answer class classes dependent expected label labels outcome outcomes real ref
    reference y
""")

# Outcomes that people predict.
TARGET_DOMAIN = _words("""
    anomaly approved attack attrition bad bankrupt bankruptcy binary bot canceled cancelled cancer cardio case
    churn churned churner click clicked conversion converted correct covid dead death default defaulted defect defective
    delinquency delinquent depression diabetes diagnosis died disease duplicate employed event exited fail
    failed failure fault flag fraud fraudulent good has hate hit home hospitalised hospitalized human income
    incorrect infected insincere is isfraud key leave left loan malignant malware mortality outlier pass
    passed phishing positive pulsar purchase purchased quit rain raintomorrow readmission readmitted recid
    recidivism relevance relevant response result results returned sarcastic sepsis sold spam spoof status
    stroke subscribed success survival survived toxic toxicity tumor win winflag winner won y1
""")

# Almost certainly a score.
SCORE_CERTAIN = _words("""
    logit logits pprob predproba prob proba probabilities probability probas probs score scored scores yprob
    yproba yscore
""")

# A score or a hard prediction.
SCORE_LIKELY = _words("""
    anomaly certainty chance conf confidence forecast forecasts likelihood llr margin novelty odds oof phat
    posterior pred predict predicted prediction predictions preds prognosis propensity reconstruction risk
    sigmoid softmax yhat ypred
""")

# Models and quantities that are often scores.
SCORE_MODEL = _words("""
    ada adaboost ann average avg bayes bert blend boost boosting cat catboost classifier cnn decile distance dnn
    efficientnet elasticnet ensemble est estimate estimated eta fitted forest gbdt gbm gpt gradient gru hat index knn
    lasso lgb lgbm lightgbm linear link llm logistic logit logreg lp lr lstm marker mean mlp model models
    naive nb network neural nn output outputs p percentile rank rate raw regression resnet response rf ridge
    roberta sim similarity stack stacked svc svm svr tree value vit weight xgb xgboost
""")

# A two-valued column with such a name holds hard predictions.
DECISION = _words("""
    assigned binarised binarized classified decided decision decisions estimated forecast guess guessed hard
    hardlabel hat inferred model output pred predict predicted prediction predictions preds thresholded yhat
    ypred
""")

# A two-valued column with such a name is a feature of the row.
FEATURE_FLAG = _words("""
    arm black censored cohort dataset day dependents email ethnicity famhistory female flagged fold foreign
    gender group guest has_phone hispanic history holiday hour imputed istrain male marital married missing month
    native own owner partner phone quarter race region repeated season selected senior sex site smoker smokes smoking
    split test train treatment used valid week weekend white
""")

# Numbers with such a name are counts, dates, places or measurements.
PLAIN_NUMBER = _words("""
    age ages alpha amount balance batch begin ci cost count counts cp cutoff date datetime day degree depth
    duration elo end entropy epoch error errors fare fold freq frequency goals height hour id ids idx income
    index iteration key label lambda lat latitude length line lng lon longitude loss lower minute month mtry n
    no nr num number order pid points pos_start position price rep repeat residual residuals row rowid
    rowindex rownames run salary sd se second seed sigma size spi start std stderr step stop sum target
    threshold time timestamp total uid unnamed upper uuid var variance width year zip zipcode
""")

# A score with such a name is a feature: a credit score, an exam score.
MEASUREMENT = _words("""
    apache apgar away bureau compound credit creditscore customer engagement exam fico gcs glasgow gpa gre
    health home ielts imdb loyalty math maths opponent pain polarity previous prior quality reading review saps sat
    satisfaction sentiment sofa spending team toefl writing
""")

# Whether a prediction was correct.
CORRECTNESS = _words("""
    acc correct error hit iscorrect match matched matches misclassified mistake right wrong
""")

# Words that carry no information about the subject.
FILLERS = _words("""
    conf confidence likelihood logit logits output outputs posterior pr predict probas raw scored sigmoid softmax
    actual class col column flag forecast has is label model of oof outcome p pred predicted prediction
    predictions preds prob proba probabilities probability probs result score scores target the true truth
    value y
""")

# Labels of the negative class.
NEGATIVE = _words("""
    absent alive background bad_no benign clean control controls existing fail false genuine good ham healthy
    human inactive incorrect irrelevant legit legitimate lose loss lost low neg negative neither no nochurn
    non noncancer nondemented none nonspam nontoxic normal not other paid real retained safe stable stayed
    unlikely wrong
""")

# Labels of the positive class.
POSITIVE = _words("""
    abnormal active ai anomaly attack attrited attrition bad cancer case churn churned correct dead default
    demented died disease diseased event fake fraud fraudulent generated high m malignant malware outlier pass
    patient phishing pos positive present relevant right sick spam spoof success toxic true win won yes
""")

# Labels of rows in neither class.
UNDECIDED = _words("""
    draw excluded ignore inconclusive missing n/a na other tie tied uncertain undefined undetermined unknown
    unlabeled unlabelled
""")

# Names, word by word, of columns that are neither target nor score, by role. "weight?": possibly a weight; "stack":
# models or runs in long format; "fold": cross-validation folds; "part": training, validation and test rows.
ROLES = {
    part: frozenset(" ".join(name.split()) for name in text.split(","))
    for part, text in {
        "weight": """
            case weight, case weights, importance weight, instance weight, obs weight, pweight, row weight,
            sample weight, sample weights, sampleweight, survey weight, svywt, weights, wgt
        """,
        "weight?": """
            w, weight, wt, wts
        """,
        "stack": """
            algo, algorithm, algorithm name, architecture, backbone, bootstrap, checkpoint, classifier, classifier name,
            clf, config, detector, encoder, epoch, estimator, exp, experiment, feature set, featureset, iter, iteration,
            learner, method, methods, model, model id, model name, modelname, models, mtry, random state, rep, repeat,
            repetition, representation, run, run id, seed, system, trial, variant
        """,
        "fold": """
            cv, cv fold, fold, fold id, fold idx, fold no, fold number, foldid, folds, inner fold, kfold, outer
            fold, outer split, resample, split, split id
        """,
        "part": """
            data, data set, data split, dataset, partition, phase, sample set, set, split, stage, subset
        """,
        "group": """
            age cat, age group, category, center, centre, cohort, country, demographic, domain, ethnicity,
            gender, group, groups, hospital, lang, language, protected, race, region, risk group, segment,
            sensitive, sex, site, source, state, subgroup
        """,
    }.items()
}

# Names of data subsets, from training to test. "eval" is validation or test, whichever the other names leave open.
# "development" is missing on purpose: it means training to some people and validation to others.
STAGES = {
    "train": _words("""
        construction derivation fit fitting insample learn learning train training
    """),
    "tune": _words("""
        cal calib calibrate calibration cv dev devel oof outoffold select selection thresholding tune tuning val valid
        validate validation
    """),
    "either": _words("""
        eval evaluate evaluation
    """),
    "report": _words("""
        external final heldout holdout report reporting test testing unseen
    """),
}
