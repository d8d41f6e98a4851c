"""Words in the column names and labels of prediction files, in lower case: evidence, not proof."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Almost certainly a target.
TARGET_CERTAIN = _words("""
    actual actuals adjudicated annotated annotation clerical gold goldlabel ground groundtruth gt manual obs observed
    target targets tp true truth truths ytest ytrue
""")

# A target, unless a better column exists.
TARGET_LIKELY = _words("""
    answer class classes dependent expected klasse label labels outcome outcomes real ref reference y
""")

# Outcomes that people predict, and how their names begin.
TARGET_DOMAIN = _words("""
    approved bad bot canceled cancelled case covid dead default defaulted died duplicate employed event exited
    good hate human incorrect insincere isfraud key leave left pulsar quit relevance relevant response result
    results returned sarcastic sepsis sold spam status stroke success win winflag winner won y1
""")
TARGET_DOMAIN_STEMS = (
    "anomal", "attack", "attrit", "bankrupt", "bug", "cancer", "cardio", "churn", "click", "conver", "death", "defect",
    "delinq", "depress", "diabet", "diagnos", "diseas", "expire", "fail", "fault", "fraud", "hospitali", "infect",
    "malign", "malware", "mortal", "outlier", "pass", "phish", "positive", "progress", "purchas", "rain", "readm",
    "recid", "relaps", "remission", "spoof", "subscri", "surviv", "toxic", "tumor",
)  # fmt: skip

# What it costs to miss a row.
AMOUNT = _words("""
    amnt amount amounts amt balance charge cost costs exposure fare loss losses payment price revenue sales spend
    transactionamt value
""")

# What several rows may belong to, and words beside it in the name of its key.
CLUSTER = _words("""
    account accountid admission article author caseid customer customerid device deviceid doc docid document documentid
    encounter household individual member memberid participant participantid passenger patient patientid patients person
    personid pid player query queryid respondent scene sentence session sessionid slide speaker store student studentid
    study studyid subject subjectid subjects topic user userid users vehicle video visitor
""")
IDENTIFIER = _words("code hash id ids identifier index key no nr num number uid uuid")

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

# Models, and letters that stand for their scores.
SCORE_MODEL = _words("""
    ada adaboost albert ann autoencoder automl bagging baseline bayes benchmark bert blend blender boost boosting
    candidate cat catboost challenger champion clf classifier cnn convnext dnn deberta densenet distilbert efficientnet
    elasticnet electra ensemble forest gbc gbdt gbm gemini gnn gpt gradient gru hgb knn lasso lda lgb lgbm lightgbm
    llama llm logistic logreg lr lstm mlp mobilenet model models naive nb net network neural nn p pd perceptron
    qda regression resnet rf ridge rnn roberta sgd stack stacked stacking svc svm svr tabnet transformer tree vgg vit
    voting xgb xgboost
""")

# Quantities that may be scores, and may be features.
SCORE_QUANTITY = _words("""
    average avg decile distance est estimate estimated eta fitted hat index linear link marker mean output
    outputs percentile points rank rate raw response sim similarity value weight
""")

# A two-valued column with such a name holds hard predictions.
DECISION = _words("""
    assigned binarised binarized classified decided decision decisions estimated forecast guess guessed hard
    hardlabel hat inferred model output pred predict predicted prediction predictions preds thresholded yhat
    ypred
""")

# A two-valued column with such a name is a feature of the row.
FEATURE_FLAG = _words("""
    arm black censored cohort dataset day dependents email ethnicity famhistory female fold foreign gamma
    gender group guest has_phone hispanic history holiday hour imputed istrain male marital married missing month
    native own owner partner phone quarter race region repeated season selected senior sex site smoker smokes smoking
    split test train treatment used valid week weekend white
""")

# Numbers with such a name are counts, dates, places or measurements.
PLAIN_NUMBER = _words("""
    age ages alpha amount balance batch begin ci cost count counts cp cutoff date datetime day degree depth
    duration elo end entropy epoch err error errors fare fold freq frequency goals height hour id ids idx income
    index iteration key label lambda lat latitude length line lng lon longitude loss lower minute month mtry n
    no nr num number order pid pos_start position price rep repeat residual residuals row rowid
    rowindex rownames run salary sd se second seed sigma size spi start std stderr step stop sum target
    threshold time timestamp total uid unnamed upper uuid var variance width year zip zipcode
""")

# A score with such a name is a feature: a credit score, an exam score.
MEASUREMENT = _words("""
    apache apgar away bureau compound credit creditscore customer engagement exam fico gcs glasgow gpa gre
    health home ielts imdb loyalty math maths opponent pain polarity previous prior quality reading review saps sat
    satisfaction sentiment sofa spending team toefl writing
""")

# What each row of a long table of labels is about.
LABEL_KINDS = _words("""
    aspect attribute category emotion finding genre tag topic
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
    non noncancer nondemented none nonspam nontoxic normal not ok okay other paid real retained safe stable stayed
    unlikely wrong
""")

# Labels of the positive class.
POSITIVE = _words("""
    abnormal active ai anomaly attack attrited attrition bad cancer case churn churned correct dead default defect
    defective demented died disease diseased event fake fraud fraudulent generated high m malignant malware outlier
    pass patient phishing pos positive present relevant right sick spam spoof success toxic true win won yes
""")

# Labels of rows in neither class.
UNDECIDED = _words("""
    draw excluded ignore inconclusive missing n/a na none other tie tied uncertain undefined undetermined unknown
    unlabeled unlabelled
""")

# Numbers that stand for a missing label beside 0 and 1.
MISSING_CODES = _words("-1 -9 -99 -999 9 99 999")

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
