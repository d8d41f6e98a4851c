"""Layouts of published prediction files: their names, order and kinds of columns; the values are invented."""

from __future__ import annotations

# One file a line, see made_files.py.
LAYOUTS = """
y_true=y, y_score=p
y_true=y, y_pred=hard, y_prob=p
index=index, answer_text=text, true_label=y, predicted_label=hard, probability=p, is_correct=correct
audio_file=id, true_label=y, predicted_label=hard, probability=p, true_label_text=same(not_machine|machine), \
predicted_label_text=hard(not_machine|machine), is_correct=correct(False|True)
Index=index, True_Label=y, Predicted_Label=hard, Probability_Normal=1-p, Probability_Impaired=p
subject_index=index, true_label=y, predicted_label=hard, probability_adhd=p, probability_hc=1-p, correct=correct
path=id, true_label=y(NORMAL|PNEUMONIA), predicted_label=hard(NORMAL|PNEUMONIA), prob_NORMAL=1-p, prob_PNEUMONIA=p
image_path=id, true_label=y(real|fake), prob_real=1-p, prob_fake=p
image_id=id, y_true=y, y_pred=hard, y_probability=p, site=group, device=group
patient_id=id, label=y, pred_probability=p
patient_id=id, label=y, pred_probability=p, fold=fold
row_index=index, target=y, replication_newton_oof=p
target=y, ultra_oof=p, final_oof_mean=q, conservative_oof=r
id=index, target=y, lgb=p, xgb=q, cat=r
id=id, true=y, pred=hard, prob_0=1-p, prob_1=p
case=id, survived=y, lr_prob=p, xgb_prob=q, ensemble_prob=r
user_id=id, score=p, label=y
id=index, prediction=p, target=y
ID=id, Actual=y(No|Yes), Predicted=hard(No|Yes), Probability=p
Survived=y, Pclass=integer, Sex=group, Age=age, Fare=number, Prob=p, Pred=hard
customerID=id, gender=group, tenure=integer, MonthlyCharges=number, Churn=y(No|Yes), churn_probability=p
customer_id=id, age=age, balance=number, has_card=flag, is_active=flag, Exited=y, prob=p, pred=hard
Time=index, V1=number, V2=number, Amount=number, Class=y, fraud_probability=p, fraud_flag=hard
pred=hard(No|Yes), obs=y(No|Yes), No=1-p, Yes=p, rowIndex=index
.pred_no=1-p, .pred_yes=p, .row=index, .pred_class=hard(no|yes), diagnosis=y(no|yes)
truth=y(neg|pos), .pred_neg=1-p, .pred_pos=p
predict=hard, p0=1-p, p1=p, response=y
date=date, home_team=group, away_team=group, home_win_prob=p, home_win=y
season=integer, date=date, prob1=p, prob1_outcome=y, prob2=1-p
state=group, year=integer, candidate=id, forecast_prob=p, result=same(Lose|Win), winflag=y
utterance=id, key=y(spoof|bonafide), score=p:logit
id=id, text=text, label=y(ham|spam), spam_score=p
essay_id=id, generated=y, prediction=p
qid1=id, qid2=text, is_duplicate=y, prob=p
question=text, model_answer=group, confidence=p, correct=y
text=text, toxic=y, toxicity_score=p
SK_ID_CURR=index, TARGET=y, oof_preds=p
Id=index, Actual=y(False|True), Prob=p
y=y, yhat=p
labels=y, probs=p
y_test=y, y_pred=hard, y_pred_proba=p
actual=y, predicted=p
First Attempt=y, Predicted First Attempt=p
patientid=index, cancer=y(FALSE|TRUE), dead=flag, risk_group=group, age=age, famhistory=flag, marker=number, \
cancerpredmarker=p
sex=group, age=age, juv_fel_count=integer, decile_score=p:decile, priors_count=integer, two_year_recid=y
diagnosis=y(B|M), prob_M=p
target=y(-1|1), decision_function=p:logit
label=y, logits=p:logit, preds=hard
loan_id=id, loan_amnt=number, int_rate=unit, annual_inc=number, dti=unit, default=y, PD=p
HeartDisease=y, Age=age, RestingBP=integer, Cholesterol=integer, Probability=p%
employee=id, department=group, Attrition=y(No|Yes), attrition_risk=p%
smiles=text, activity=y, p_active=p, p_inactive=1-p
gene_pair=id, gold=y, nn_score=p, gbm_score=q, sim=r
name=id, status=y(legitimate|phishing), prediction=hard(legitimate|phishing), phishing_probability=p
Label=y(False|True), PredictedLabel=hard(False|True), Score=p:raw, Probability=p
readmitted=y(False|True), Prediction=p, PredictedLabel=hard(False|True), row_id=index
inst=index, truth=y, baseline=p, bert=q, roberta=r
event_id=id, weight=weight, is_signal=y, bdt_score=p
label=y, prob=p, sample_weight=weight
image=id, label=y, conf=conf, pred=hard
isFraud=y, TransactionID=index, TransactionAmt=number, LGBM=p, NN=q
file=id, anomaly=y(False|True), anomaly_score=p:logit
x1=number, x2=number, outcome=y, prob_rf=p, prob_svm=q, margin_svm=q:raw
record=id, readmit_30d=y, hospital_expire_flag=flag, risk=p, age=age, gender=group
"""
